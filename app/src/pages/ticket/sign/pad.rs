//! Where one signs with a finger.

use leptos::ev::PointerEvent;
use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::components::tap;
use crate::text::t;

/// Dots of ink for one of the screen's, so that it is legible on paper.
const SHARPNESS: f64 = 2.0;
const INK: &str = "#14212b";

/// White paper, in the dark too, and what was drawn on it.
#[derive(Clone, Copy)]
pub struct Pad {
    node: NodeRef<Canvas>,
    drawn: RwSignal<bool>,
    pen_is_down: StoredValue<bool>,
}

type OnPointer = Box<dyn FnMut(PointerEvent)>;

impl Pad {
    /// Empty.
    pub fn new() -> Self {
        Self {
            node: NodeRef::new(),
            drawn: RwSignal::new(false),
            pen_is_down: StoredValue::new(false),
        }
    }

    /// Whether there is a line on it.
    pub fn is_drawn(self) -> bool {
        self.drawn.get()
    }

    /// What was drawn.
    pub fn canvas(self) -> Option<HtmlCanvasElement> {
        self.node.get_untracked()
    }

    /// The field to sign in.
    pub fn view(self) -> AnyView {
        let down: OnPointer = Box::new(move |event| self.begin(&event));
        let moved: OnPointer = Box::new(move |event| self.draw(&event));
        let up: OnPointer = Box::new(move |_| self.pen_is_down.set_value(false));
        view! {
            <div class="field">
                <span id="sign-here">{t(|t| t.sign_here)}</span>
                <canvas
                    class="pad" node_ref=self.node data-test="sign-pad" role="img" aria-labelledby="sign-here"
                    on:pointerdown=down on:pointermove=moved on:pointerup=up
                ></canvas>
                <button type="button" class="btn quiet" data-test="sign-clear" disabled=move || !self.drawn.get() on:click=tap(move || self.clear())>
                    {t(|t| t.sign_clear)}
                </button>
            </div>
        }
        .into_any()
    }

    fn clear(self) {
        if let Some(canvas) = self.canvas() {
            // A canvas that is measured anew is empty.
            canvas.set_width(canvas.width());
            self.drawn.set(false);
        }
    }

    fn begin(self, event: &PointerEvent) {
        let Some(canvas) = self.canvas().filter(|_| event.is_primary()) else {
            return;
        };
        event.prevent_default();
        let _ = canvas.set_pointer_capture(event.pointer_id());
        if !self.drawn.get_untracked() {
            let side = |length: i32| (f64::from(length) * SHARPNESS).round() as u32;
            canvas.set_width(side(canvas.client_width()));
            canvas.set_height(side(canvas.client_height()));
        }
        let Some(pen) = pen(&canvas) else { return };
        let (x, y) = place(event);
        pen.begin_path();
        pen.move_to(x, y);
        // A tap is a dot.
        pen.line_to(x + 0.1, y);
        pen.stroke();
        self.pen_is_down.set_value(true);
        self.drawn.set(true);
    }

    fn draw(self, event: &PointerEvent) {
        if !self.pen_is_down.get_value() {
            return;
        }
        if let Some(pen) = self.canvas().and_then(|canvas| pen(&canvas)) {
            let (x, y) = place(event);
            pen.line_to(x, y);
            pen.stroke();
        }
    }
}

fn place(event: &PointerEvent) -> (f64, f64) {
    let dots = |at: i32| f64::from(at) * SHARPNESS;
    (dots(event.offset_x()), dots(event.offset_y()))
}

fn pen(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    let context = canvas.get_context("2d").ok()??;
    let pen: CanvasRenderingContext2d = context.dyn_into().ok()?;
    pen.set_stroke_style_str(INK);
    pen.set_line_width(2.2 * SHARPNESS);
    pen.set_line_cap("round");
    pen.set_line_join("round");
    Some(pen)
}

import { expect, test } from "vitest";
import { signal } from "../document/signal";
import { toScreen, zoomAt } from "../editor/camera";
import type { Camera } from "../editor/editor";
import { between, Glide } from "./glide";

const START: Camera = { x: 10, y: 20, zoom: 0.5 };
const END: Camera = { x: 300, y: -40, zoom: 2 };

function gliding(still = false) {
  const camera = signal<Camera>(START);
  const glide = new Glide(camera, () => still);
  glide.travel(() => camera.set(END));
  return { camera, glide };
}

test("the_view_is_led_to_the_place_within_180_milliseconds", () => {
  const { camera, glide } = gliding();
  expect(camera.get()).toEqual(START);
  expect(glide.step(1000)).toBe(true);
  expect(glide.step(1060)).toBe(true);
  expect(camera.get().zoom).toBeGreaterThan(START.zoom);
  expect(camera.get().zoom).toBeLessThan(END.zoom);
  expect(glide.step(1180)).toBe(false);
  expect(camera.get()).toEqual(END);
});

test("who_wants_less_motion_is_there_at_once", () => {
  const { camera, glide } = gliding(true);
  expect(camera.get()).toEqual(END);
  expect(glide.step(1000)).toBe(false);
});

test("the_hand_takes_over_at_any_time", () => {
  const { camera, glide } = gliding();
  glide.step(1000);
  glide.step(1050);
  const held = { x: 1, y: 2, zoom: 1 };
  camera.set(held);
  expect(glide.step(1066)).toBe(false);
  expect(camera.get()).toBe(held);
});

test("a_second_step_begins_where_the_first_would_have_ended", () => {
  const { camera, glide } = gliding();
  glide.step(1000);
  glide.travel(() => camera.set({ ...camera.get(), zoom: camera.get().zoom * 2 }));
  glide.step(2000);
  glide.step(3000);
  expect(camera.get()).toEqual({ ...END, zoom: 4 });
});

test("a_zoom_about_a_point_leaves_the_point_where_it_is", () => {
  const at = { x: 320, y: 200 };
  const world = { x: START.x + at.x / START.zoom, y: START.y + at.y / START.zoom };
  const end = zoomAt(START, at, 3);
  for (const part of [0.1, 0.5, 0.9]) {
    const seen = toScreen(between(START, end, part), world);
    expect(seen.x).toBeCloseTo(at.x, 6);
    expect(seen.y).toBeCloseTo(at.y, 6);
  }
});

/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { ROOT_SIZE } from "./src/controls/root_size.ts";

/**
 * Sizes are written in pixels of the usual text size and built as rem, so that all of the interface follows the text
 * size that somebody chose. Lines of up to two pixels stay lines; queries of the screen know no root element.
 */
const SIZE = /(?<![\w.-])(-?(?:\d+\.)?\d+)px\b/g;
const inRem = (text: string) =>
  text.replace(SIZE, (pixels, number) => (Math.abs(number) > 2 ? `${number / ROOT_SIZE}rem` : pixels));
const followTextSize = {
  postcssPlugin: "follow-text-size",
  Declaration(one: { value: string }) {
    one.value = inRem(one.value);
  },
  AtRule: {
    container(one: { params: string }) {
      one.params = inRem(one.params);
    },
  },
};

// `--mode test` builds carry the test bridge (`window.__gp`); release builds do not.
export default defineConfig(({ mode }) => ({
  base: "./",
  plugins: [react()],
  define: { __TEST_BRIDGE__: JSON.stringify(mode === "test" || mode === "development") },
  css: { postcss: { plugins: [followTextSize] } },
  worker: { format: "es" },
  build: { target: "es2022", sourcemap: false, chunkSizeWarningLimit: 1200 },
  server: { port: 5173, strictPort: true, fs: { allow: [".."] } },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    environment: "node",
  },
}));

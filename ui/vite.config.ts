/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `--mode test` builds carry the test bridge (`window.__gp`); release builds do not.
export default defineConfig(({ mode }) => ({
  base: "./",
  plugins: [react()],
  define: { __TEST_BRIDGE__: JSON.stringify(mode === "test" || mode === "development") },
  worker: { format: "es" },
  build: { target: "es2022", sourcemap: false, chunkSizeWarningLimit: 1200 },
  server: { port: 5173, strictPort: true, fs: { allow: [".."] } },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    environment: "node",
  },
}));

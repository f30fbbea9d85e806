import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** Builds the benchmark page with the test bridge, apart from the app. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  define: { __TEST_BRIDGE__: "true" },
  worker: { format: "es" },
  build: { outDir: "../dist-bench", emptyOutDir: true, target: "es2022" },
});

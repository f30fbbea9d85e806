/// <reference types="vite/client" />

/** True in test builds only. */
declare const __TEST_BRIDGE__: boolean;

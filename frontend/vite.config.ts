import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env.PLAYGROUND_URL ?? 'http://127.0.0.1:8000';

export default defineConfig({
  base: '/static/dist/',
  plugins: [react()],
  build: {
    outDir: '../static/dist',
    emptyOutDir: true,
    // Vite's default, .vite/manifest.json, is a hidden folder that Django's static file finders skip.
    manifest: 'manifest.json',
    target: 'es2022',
    rollupOptions: { input: 'src/main.tsx' },
  },
  server: {
    // `npm run dev` serves the modules; pages, the API and sockets come from a running `python3 run.py`.
    proxy: {
      '^/(?!static/dist/)': { target: server, ws: true, changeOrigin: true },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.{ts,tsx}'],
    setupFiles: ['./vitest.setup.ts'],
    restoreMocks: true,
    unstubGlobals: true,
  },
});

/** Tailwind 4 is a PostCSS plugin; its own configuration lives in src/app/globals.css. */
const config = { plugins: { "@tailwindcss/postcss": {} } };

export default config;

// Wakes the islands of a page: loads the wasm and hands each island its element.
const asset = (path) => new URL(path + new URL(import.meta.url).search, import.meta.url);

const app = await import(asset("pkg/mingfa.js"));
await app.default({ module_or_path: asset("pkg/mingfa.wasm") });
app.hydrate();
for (const island of document.querySelectorAll("leptos-island")) {
  app[island.dataset.component](island);
}
document.documentElement.dataset.awake = "true";

// Starts the explorer. Everything it needs comes from this host: the page's
// Content-Security-Policy refuses any other.
"use strict";

const config = JSON.parse(document.getElementById("config").textContent);

// Relative, so that the page also works behind a proxy that adds a path prefix.
const endpoint = new URL("graphql", document.baseURI);

// GraphiQL asks for the schema once before its header editor exists; the demo's token stands in
// then, or the first thing a newcomer sees is a refusal.
function headersOf(params, options) {
  if (options?.headers) return options.headers;
  const early = params.operationName === "IntrospectionQuery" && config.token;
  return early ? { Authorization: `Bearer ${config.token}` } : {};
}

async function send(params, options) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      accept: "application/graphql-response+json, application/json",
      "content-type": "application/json",
      ...headersOf(params, options),
    },
    body: JSON.stringify(params),
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    // A proxy in between may answer in HTML; show what it said instead of a parser's complaint.
    return { errors: [{ message: `HTTP ${response.status}: ${text.slice(0, 500)}` }] };
  }
}

const headers = JSON.stringify({ Authorization: `Bearer ${config.token || "<your token>"}` }, null, 2);

ReactDOM.createRoot(document.getElementById("explorer")).render(
  React.createElement(
    GraphiQL,
    {
      fetcher: send,
      defaultQuery: config.query,
      defaultHeaders: headers,
      // A demo's token changes with each start, so it wins over one that the session remembers.
      headers: config.token ? headers : undefined,
      isHeadersEditorEnabled: true,
      // The history keeps each query with its headers, so localStorage would keep tokens for good;
      // in the session they survive a reload and end with the tab.
      storage: window.sessionStorage,
      shouldPersistHeaders: true,
      defaultEditorToolsVisibility: config.token ? false : "headers",
    },
    React.createElement(GraphiQL.Logo, null, "Rapport"),
  ),
);

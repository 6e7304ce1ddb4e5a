/**
 * Where the HTTP cache lies on an app origin: bodies in a cache of this name, what is known of them in a database of this
 * name. Names of ours begin with `culvert-`, and the shim does not show them to the app.
 */
export const httpCacheName = "culvert-http-cache";

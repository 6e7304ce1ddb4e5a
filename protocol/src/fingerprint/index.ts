/** Keys as people compare them. Apart from the schemas: the list of words is 5 kB that most readers of those never need. */
export * from "./device-words.ts";

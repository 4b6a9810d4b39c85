// fast-check for the property tests of this app.

export { default as fc } from "fast-check";

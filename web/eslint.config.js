// One set of rules for everything written for the browser, and for the tests that drive one.
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const asText = "Decrypted words reach the page as text nodes only.";
const nothingKept = "Nothing is kept in the browser.";
const sinks = ["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe"];
const stores = ["localStorage", "sessionStorage", "indexedDB", "caches", "cookieStore"];

const unsafeMarkup = [
  ...sinks.map((property) => ({ property, message: asText })),
  { object: "document", property: "write", message: asText },
  { object: "document", property: "writeln", message: asText },
  { object: "Math", property: "random", message: "Randomness comes from crypto.getRandomValues." },
];
const browserStores = [
  ...stores.map((property) => ({ property, message: nothingKept })),
  { object: "document", property: "cookie", message: nothingKept },
];
const unsafeSyntax = [
  { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: asText },
  { selector: "Property[key.name='dangerouslySetInnerHTML']", message: asText },
  { selector: "Property[key.value='dangerouslySetInnerHTML']", message: asText },
  { selector: "MemberExpression[property.name='createContextualFragment']", message: asText },
];
const pureOnly = "web/protocol is pure: bytes, time and randomness are handed to it.";

export default defineConfig(
  globalIgnores(["**/dist/", "**/dist-interop/", "**/node_modules/", "target/"]),
  {
    files: ["**/*.{ts,tsx,mjs,js}"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-eval": "error",
      "no-new-func": "error",
      "no-script-url": "error",
      eqeqeq: "error",
      "no-restricted-properties": ["error", ...unsafeMarkup, ...browserStores],
      "no-restricted-globals": [
        "error",
        ...stores.map((name) => ({ name, message: nothingKept })),
        { name: "eval", message: "No code is made at run time." },
      ],
      "no-restricted-syntax": ["error", ...unsafeSyntax],
      "@typescript-eslint/no-implied-eval": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: false, allowNullish: false },
      ],
      // Spreading a string gives its code points, which is what the protocol counts.
      "@typescript-eslint/no-misused-spread": ["error", { allow: ["string"] }],
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    // Plain scripts carry their types in comments.
    files: ["**/*.{mjs,js}"],
    rules: {
      "@typescript-eslint/explicit-module-boundary-types": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
    },
  },
  {
    files: ["**/protocol/**/*.ts"],
    ignores: ["**/*.test.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        ...[
          ...stores,
          "eval",
          "document",
          "window",
          "fetch",
          "Date",
          "performance",
          "location",
        ].map((name) => ({ name, message: pureOnly })),
      ],
    },
  },
  {
    // Browser tests look into the browser, to see that nothing was kept there.
    files: ["**/tests/browser/**/*.ts"],
    rules: {
      "no-restricted-properties": ["error", ...unsafeMarkup],
      "no-restricted-globals": ["error", { name: "eval", message: "No code is made at run time." }],
    },
  },
);

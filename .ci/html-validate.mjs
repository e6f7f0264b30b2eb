// What html-validate holds the reading room and the exported briefings to.
export default {
  root: true,
  extends: ['html-validate:recommended', 'html-validate:document', 'html-validate:a11y'],
  rules: {
    // Everything comes from the server that the page itself came from.
    'require-sri': 'off',
    // A page that is kept after its scripts ran shows heights and places that they set
    // through the object model, which the content security policy allows; that nobody
    // writes such an attribute is held by the policy and by TestNothingInline.
    'no-inline-style': 'off',
    // The browser's serialiser writes hidden="".
    'attribute-boolean-style': 'off',
    // ARIA lets every element with a role that takes a name have one: a list too.
    'aria-label-misuse': ['error', { allowAnyNamable: true }],
    // It counts &lt; as four characters, and shell.js gives a title at most 68.
    'long-title': ['error', { maxlength: 4 * 68 }],
  },
};

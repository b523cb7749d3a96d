"use strict";
// Signing in: ask the authenticator to answer the page's challenge, then post the answer as an ordinary form.
(() => {
  const bytes = (text) => {
    const plain = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(plain + "=".repeat((4 - (plain.length % 4)) % 4)), (one) => one.charCodeAt(0));
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const form = document.querySelector("form[data-challenge]");
  const says = document.querySelector("#says");
  if (!form || !window.PublicKeyCredential) {
    if (says) says.textContent = "This browser cannot use passkeys.";
    return;
  }
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    if (form.elements.assertion.value) return;
    event.preventDefault();
    const publicKey = { challenge: bytes(form.dataset.challenge), rpId: form.dataset.rp, userVerification: "required" };
    navigator.credentials.get({ publicKey }).then(
      (found) => {
        form.elements.assertion.value = JSON.stringify({
          id: found.id,
          rawId: text(found.rawId),
          type: found.type,
          clientExtensionResults: {},
          response: {
            clientDataJSON: text(found.response.clientDataJSON),
            authenticatorData: text(found.response.authenticatorData),
            signature: text(found.response.signature),
          },
        });
        form.submit();
      },
      () => {
        says.textContent = "The passkey did not answer. Nothing was sent.";
      },
    );
  });
})();

"use strict";
// Finishing a registration: have the authenticator make a passkey for the page's challenge, then post an ordinary form.
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
  form.addEventListener("submit", (event) => {
    if (form.elements.made.value) return;
    event.preventDefault();
    const publicKey = {
      challenge: bytes(form.dataset.challenge),
      rp: { id: form.dataset.rp, name: form.dataset.rp },
      user: { id: crypto.getRandomValues(new Uint8Array(16)), name: form.elements.reference.value, displayName: "" },
      pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      attestation: "none",
    };
    navigator.credentials.create({ publicKey }).then(
      (made) => {
        form.elements.made.value = JSON.stringify({
          id: made.id,
          rawId: text(made.rawId),
          type: made.type,
          clientExtensionResults: {},
          response: {
            clientDataJSON: text(made.response.clientDataJSON),
            attestationObject: text(made.response.attestationObject),
          },
        });
        form.submit();
      },
      () => {
        says.textContent = "No passkey was made. Nothing was sent.";
      },
    );
  });
})();

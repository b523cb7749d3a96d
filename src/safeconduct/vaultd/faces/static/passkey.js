"use strict";
// The passkey ceremony of a form: fetch the challenge, ask the authenticator, post the assertion, follow the answer.
(() => {
  const bytes = (text) => {
    const padded = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(padded + "=".repeat((4 - (padded.length % 4)) % 4)), (one) => one.charCodeAt(0));
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const asked = async (address, options) => {
    const answer = await fetch(address, { ...options, headers: { Accept: "application/json", "Content-Type": "application/json" } });
    const value = await answer.json();
    if (!answer.ok) throw new Error(`${value.error.message} ${value.error.cure}`);
    return value;
  };

  const assertion = async (offer) => {
    const found = await navigator.credentials.get({
      publicKey: {
        challenge: bytes(offer.challenge),
        rpId: offer.rp_id,
        userVerification: "required",
        allowCredentials: offer.credentials.map((id) => ({ type: "public-key", id: bytes(id) })),
      },
    });
    return {
      id: found.id,
      rawId: text(found.rawId),
      type: found.type,
      clientExtensionResults: found.getClientExtensionResults(),
      response: {
        clientDataJSON: text(found.response.clientDataJSON),
        authenticatorData: text(found.response.authenticatorData),
        signature: text(found.response.signature),
        userHandle: found.response.userHandle ? text(found.response.userHandle) : undefined,
      },
    };
  };

  const run = async (form) => {
    const fields = Object.fromEntries(new FormData(form));
    const offer = await asked(form.dataset.ceremony, { method: "GET" });
    const body = JSON.stringify({ ...fields, assertion: await assertion(offer) });
    const done = await asked(form.action, { method: "POST", body });
    const next = new URL(done.next || "/", location.href);
    const here = next.origin === location.origin && next.pathname === location.pathname && next.search === location.search;
    location.assign(next);
    // An address that differs in its fragment only would show the old page.
    if (here) location.reload();
  };

  for (const form of document.querySelectorAll("form[data-ceremony]")) {
    form.addEventListener("submit", (event) => {
      if (form.querySelector("[name=demonstration]")) return;
      event.preventDefault();
      const says = form.querySelector("[role=alert]") || document.querySelector("[role=alert]");
      run(form).catch((error) => {
        if (says) says.textContent = error.message;
      });
    });
  }
})();

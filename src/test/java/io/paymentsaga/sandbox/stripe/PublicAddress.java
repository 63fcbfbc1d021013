package io.paymentsaga.sandbox.stripe;

import java.net.URI;
import java.util.function.Supplier;

/** Where a browser finds the simulator's pages. */
record PublicAddress(Supplier<URI> base) {
  URI page(String sessionId) {
    return at("/pay/" + sessionId);
  }

  URI challenge(String sessionId) {
    return at("/pay/" + sessionId + "/challenge");
  }

  URI receipt(String chargeId) {
    return at("/receipts/" + chargeId);
  }

  private URI at(String path) {
    return URI.create(base.get() + path);
  }
}

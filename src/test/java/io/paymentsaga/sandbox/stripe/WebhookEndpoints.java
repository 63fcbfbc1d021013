package io.paymentsaga.sandbox.stripe;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The merchant's endpoints: the first one, which the simulator was set up with, and those created
 * by the API. Safe for use by many threads.
 */
final class WebhookEndpoints {
  static final String FIRST = "we_first";

  private final Map<String, WebhookEndpoint> endpoints = new LinkedHashMap<>();
  private final String firstSecret;
  private final Identifiers identifiers;
  private final Clock clock;

  WebhookEndpoints(String firstSecret, Identifiers identifiers, Clock clock) {
    this.firstSecret = firstSecret;
    this.identifiers = identifiers;
    this.clock = clock;
  }

  /** Puts the first endpoint there, or moves it. */
  synchronized void moveFirst(URI url) {
    WebhookEndpoint first = endpoints.get(FIRST);
    endpoints.put(
        FIRST,
        first == null
            ? new WebhookEndpoint(
                FIRST,
                clock.instant(),
                url,
                firstSecret,
                Optional.empty(),
                null,
                WebhookEndpoint.ALL_TYPES)
            : first.at(url));
  }

  /**
   * @param secret made up when it is not given
   * @param apiVersion null for the SDK's own
   */
  synchronized WebhookEndpoint create(
      URI url, Optional<String> secret, String apiVersion, Set<String> types) {
    WebhookEndpoint endpoint =
        new WebhookEndpoint(
            identifiers.webhookEndpoint(),
            clock.instant(),
            url,
            secret.orElseGet(identifiers::webhookSecret),
            Optional.empty(),
            apiVersion,
            types);
    endpoints.put(endpoint.id(), endpoint);
    return endpoint;
  }

  /** Signs with a new secret and, for the overlap, with the old one as well. */
  synchronized WebhookEndpoint roll(String id, Optional<String> secret, Duration overlap) {
    WebhookEndpoint rolled =
        get(id).roll(secret.orElseGet(identifiers::webhookSecret), clock.instant().plus(overlap));
    endpoints.put(id, rolled);
    return rolled;
  }

  synchronized void delete(String id) {
    endpoints.remove(get(id).id());
  }

  synchronized WebhookEndpoint get(String id) {
    return find(id).orElseThrow(() -> ApiError.notFound("webhook endpoint", id, "id"));
  }

  synchronized Optional<WebhookEndpoint> find(String id) {
    return Optional.ofNullable(endpoints.get(id));
  }

  synchronized List<WebhookEndpoint> all() {
    return List.copyOf(endpoints.values());
  }
}

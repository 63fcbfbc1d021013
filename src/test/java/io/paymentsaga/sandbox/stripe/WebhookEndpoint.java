package io.paymentsaga.sandbox.stripe;

import com.stripe.Stripe;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where webhooks go.
 *
 * @param secret what they are signed with
 * @param rolled the secret before, while it is still signed with as well
 * @param apiVersion null for the SDK's own
 * @param types the events it wants; {@code *} stands for all
 */
record WebhookEndpoint(
    String id,
    Instant created,
    URI url,
    String secret,
    Optional<RolledSecret> rolled,
    String apiVersion,
    Set<String> types)
    implements StripeObject {

  /** A secret that was replaced and is good for a while yet. */
  record RolledSecret(String secret, Instant until) {}

  static final Set<String> ALL_TYPES = Set.of("*");

  boolean wants(String type) {
    return types.contains("*") || types.contains(type);
  }

  List<String> secretsAt(Instant now) {
    return Stream.concat(
            Stream.of(secret),
            rolled.filter(old -> old.until().isAfter(now)).map(RolledSecret::secret).stream())
        .toList();
  }

  WebhookEndpoint at(URI newUrl) {
    return new WebhookEndpoint(id, created, newUrl, secret, rolled, apiVersion, types);
  }

  WebhookEndpoint roll(String newSecret, Instant until) {
    return new WebhookEndpoint(
        id,
        created,
        url,
        newSecret,
        Optional.of(new RolledSecret(secret, until)),
        apiVersion,
        types);
  }

  String versionOfEvents() {
    return apiVersion == null ? Stripe.API_VERSION : apiVersion;
  }

  @Override
  public JsonObject toJson() {
    return new JsonObject()
        .put("id", id)
        .put("object", "webhook_endpoint")
        .put("api_version", apiVersion)
        .put("application", null)
        .put("created", created.getEpochSecond())
        .put("description", null)
        .put("enabled_events", new JsonArray(types.stream().sorted().toList()))
        .put("livemode", false)
        .put("metadata", new JsonObject())
        .put("status", "enabled")
        .put("url", url.toString());
  }
}

package io.paymentsaga.fault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** The shop's way to the service: whichever instance is up, over connections that may break. */
final class Storefront {
  /** Longer than the 30 seconds in which the service answers a checkout. */
  private static final Duration PATIENCE = Duration.ofSeconds(35);

  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Fleet fleet;
  private final String token;

  Storefront(Fleet fleet, String token) {
    this.fleet = fleet;
    this.token = token;
  }

  /** What the service answered, none of it a failure of its own. */
  record Answer(int status, JsonNode body) {
    String text(String field) {
      return body.path(field).asText();
    }
  }

  Optional<Answer> get(String path) {
    return send(path, HttpRequest.newBuilder().GET());
  }

  Optional<Answer> post(String path, String json) {
    return send(
        path,
        HttpRequest.newBuilder()
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  /** One try; empty when nobody is up, the answer was lost, or it was a 5xx. */
  private Optional<Answer> send(String path, HttpRequest.Builder request) {
    Optional<URI> instance = fleet.anyReady();
    if (instance.isEmpty()) {
      return Optional.empty();
    }
    try {
      HttpResponse<String> response =
          client.send(
              request
                  .uri(instance.get().resolve(path))
                  .timeout(PATIENCE)
                  .header("Authorization", "Bearer " + token)
                  .build(),
              BodyHandlers.ofString());
      return response.statusCode() >= 500
          ? Optional.empty()
          : Optional.of(new Answer(response.statusCode(), read(response.body())));
    } catch (IOException lost) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for an answer", e);
    }
  }

  private static JsonNode read(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new AssertionError("The service answered no JSON: " + body, e);
    }
  }
}

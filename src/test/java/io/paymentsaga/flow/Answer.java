package io.paymentsaga.flow;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.Optional;

/** What the service answered to one call. */
record Answer(HttpResponse<String> response) {
  int status() {
    return response.statusCode();
  }

  Optional<String> header(String name) {
    return response.headers().firstValue(name);
  }

  JsonNode json() {
    return Json.read(response.body());
  }

  /** A field at the top, as text. */
  String text(String field) {
    return json().path(field).asText();
  }

  /** This answer, which must have this status. */
  Answer expect(int status) {
    if (status() != status) {
      throw new AssertionError(
          "%s answered %d, not %d: %s"
              .formatted(response.uri(), status(), status, response.body()));
    }
    return this;
  }
}

package io.paymentsaga.http;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;

/**
 * One call and its answer.
 *
 * @param requestType the media type of the request's body; empty when there is none
 * @param headers the answer's
 */
record HttpExchange(
    String method,
    URI uri,
    String requestType,
    String requestBody,
    int status,
    HttpHeaders headers,
    String body) {

  static HttpExchange of(String requestBody, HttpResponse<String> response) {
    return new HttpExchange(
        response.request().method(),
        response.request().uri(),
        response.request().headers().firstValue("Content-Type").orElse(""),
        requestBody,
        response.statusCode(),
        response.headers(),
        response.body());
  }

  @Override
  public String toString() {
    return "%s %s %s -> %d %s".formatted(method, uri, requestBody, status, body);
  }
}

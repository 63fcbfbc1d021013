package io.paymentsaga.http.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;

/**
 * The OpenAPI document as a page: Swagger UI out of its webjar, and nothing from anywhere else.
 * Only the few files the page needs are served, from memory.
 */
public final class ReferencePage {
  /** Swagger UI draws some icons from data: URLs. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final String WEBJAR = "/META-INF/resources/webjars/swagger-ui/";
  private static final String WEBJAR_VERSION =
      "/META-INF/maven/org.webjars/swagger-ui/pom.properties";

  private static final String JAVASCRIPT = "text/javascript; charset=utf-8";
  private static final Map<String, String> FILES_OF_SWAGGER_UI =
      Map.of(
          "swagger-ui-bundle.js", JAVASCRIPT,
          "swagger-ui.css", "text/css; charset=utf-8",
          "favicon-32x32.png", "image/png");

  private ReferencePage() {}

  /** Serves {@code /docs} and what it is made of. */
  public static void mountOn(Router router) {
    serve(router, "/docs", "text/html; charset=utf-8", bytes("/openapi/page.html"));
    serve(router, "/docs/page.js", JAVASCRIPT, bytes("/openapi/page.js"));
    String webjar = WEBJAR + version() + "/";
    FILES_OF_SWAGGER_UI.forEach(
        (name, type) -> serve(router, "/docs/" + name, type, bytes(webjar + name)));
  }

  private static void serve(Router router, String path, String type, Buffer content) {
    router
        .get(path)
        .handler(
            call -> {
              HttpServerResponse response = call.response();
              response.putHeader("Content-Type", type);
              response.putHeader(SecurityHeaders.POLICY, POLICY);
              response.putHeader("Cache-Control", "max-age=3600");
              response.end(content);
            });
  }

  private static String version() {
    try (InputStream file = ReferencePage.class.getResourceAsStream(WEBJAR_VERSION)) {
      Properties properties = new Properties();
      properties.load(file);
      return properties.getProperty("version");
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static Buffer bytes(String resource) {
    try (InputStream file = ReferencePage.class.getResourceAsStream(resource)) {
      return Buffer.buffer(file.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}

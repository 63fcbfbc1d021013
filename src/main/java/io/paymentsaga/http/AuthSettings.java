package io.paymentsaga.http;

import java.net.MalformedURLException;
import java.net.URL;

/**
 * How callers are recognised.
 *
 * @param mode whether tokens are asked for at all
 * @param jwksUrl where the issuer publishes its keys; null when {@code mode} is {@code NONE}
 * @param issuer the only accepted {@code iss}; null when {@code mode} is {@code NONE}
 * @param audience what {@code aud} must contain; null when {@code mode} is {@code NONE}
 */
public record AuthSettings(Mode mode, String jwksUrl, String issuer, String audience) {

  /** Whether tokens are asked for. */
  public enum Mode {
    /** Every call needs a JWT. */
    JWT,
    /** Every call has every scope: for a developer's machine only. */
    NONE
  }

  /**
   * @throws IllegalArgumentException in words for the operator, when something is missing
   */
  public AuthSettings {
    if (mode == Mode.JWT) {
      required("AUTH_JWKS_URL", jwksUrl);
      required("AUTH_ISSUER", issuer);
      required("AUTH_AUDIENCE", audience);
      urlOf(jwksUrl);
    }
  }

  /** Authentication switched off. */
  public static AuthSettings none() {
    return new AuthSettings(Mode.NONE, null, null, null);
  }

  URL jwks() {
    return urlOf(jwksUrl);
  }

  private static void required(String name, String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(name + " is needed with AUTH_MODE jwt");
    }
  }

  private static URL urlOf(String text) {
    try {
      return new URL(text);
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("AUTH_JWKS_URL is not a URL", e);
    }
  }
}

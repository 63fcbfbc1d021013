package io.paymentsaga.http;

import java.util.EnumSet;

/** Recognises callers by the {@code Authorization} header. */
public sealed interface Authentication extends AutoCloseable
    permits JwtAuthentication, Authentication.NoAuthentication {

  /** The way of recognising callers these settings ask for. Nothing is fetched yet. */
  static Authentication of(AuthSettings settings) {
    return switch (settings.mode()) {
      case JWT -> new JwtAuthentication(settings);
      case NONE -> new NoAuthentication();
    };
  }

  /**
   * Who makes the call.
   *
   * @param authorization the header's value, null when there is none
   * @throws ProblemException 401 without a valid token, 503 when that cannot be found out because
   *     the issuer's keys cannot be had
   */
  Caller caller(String authorization);

  @Override
  void close();

  /** Everybody may do everything. */
  record NoAuthentication() implements Authentication {
    @Override
    public Caller caller(String authorization) {
      return new Caller("anonymous", EnumSet.allOf(Scope.class));
    }

    @Override
    public void close() {}
  }
}

package io.paymentsaga.http;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** An identity provider with a key set on a local HTTP server. */
public final class TokenIssuer implements AutoCloseable {
  static final String ISSUER = "https://issuer.example";
  static final String AUDIENCE = "payments";

  /** Making a key takes long, and one will do for most tests. */
  private static final JWK FIRST_KEY = newKey();

  private final AtomicInteger fetches = new AtomicInteger();
  private final HttpServer server;
  private volatile JWK key = FIRST_KEY;
  private volatile boolean failing;

  public TokenIssuer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/jwks", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      fetches.incrementAndGet();
      byte[] body = new JWKSet(key).toString().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(failing ? 500 : 200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  public AuthSettings settings() {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/jwks";
    return new AuthSettings(AuthSettings.Mode.JWT, url, ISSUER, AUDIENCE);
  }

  JWK key() {
    return key;
  }

  /** How often the keys were asked for. */
  int fetches() {
    return fetches.get();
  }

  /** From now on there is one other key, and the old one is gone. */
  void rotate() {
    key = newKey();
  }

  void use(JWK other) {
    key = other;
  }

  void fail(boolean fails) {
    failing = fails;
  }

  private static RSAKey newKey() {
    try {
      return new RSAKeyGenerator(2048)
          .keyID(UUID.randomUUID().toString())
          .keyUse(KeyUse.SIGNATURE)
          .generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Claims that are accepted as they are. */
  static JWTClaimsSet.Builder claims(String subject, String scope) {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .subject(subject)
        .expirationTime(Date.from(Instant.now().plus(Duration.ofMinutes(5))))
        .claim("scope", scope);
  }

  /** The value of an Authorization header. */
  public String bearer(String subject, String scope) {
    return "Bearer " + token(JWSAlgorithm.RS256, claims(subject, scope).build());
  }

  String token(JWSAlgorithm algorithm, JWTClaimsSet claims) {
    return token(key, algorithm, claims);
  }

  static String token(JWK key, JWSAlgorithm algorithm, JWTClaimsSet claims) {
    try {
      JWSSigner signer = new DefaultJWSSignerFactory().createJWSSigner(key, algorithm);
      JWSHeader header = new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build();
      SignedJWT token = new SignedJWT(header, claims);
      token.sign(signer);
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

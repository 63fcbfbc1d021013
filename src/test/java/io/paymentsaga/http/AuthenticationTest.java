package io.paymentsaga.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationTest {
  private TokenIssuer issuer;
  private Authentication authentication;

  @BeforeEach
  void start() throws IOException {
    issuer = new TokenIssuer();
    authentication = Authentication.of(issuer.settings());
  }

  @AfterEach
  void stop() {
    authentication.close();
    issuer.close();
  }

  private static JWTClaimsSet.Builder claims() {
    return TokenIssuer.claims("shop", "payments:read");
  }

  private Caller callerOf(String token) {
    return authentication.caller("Bearer " + token);
  }

  private void assertRefused(String token) {
    assertProblem(() -> callerOf(token), ProblemType.UNAUTHORIZED);
  }

  private static ProblemException assertProblem(Runnable call, ProblemType type) {
    ProblemException problem = Requests.problem(call::run);
    assertThat(problem.type()).isEqualTo(type);
    return problem;
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "RS512", "PS256", "PS384"})
  void a_token_with_an_rsa_signature_is_accepted(String algorithm) {
    String token = issuer.token(JWSAlgorithm.parse(algorithm), claims().build());

    assertThat(callerOf(token)).isEqualTo(new Caller("shop", Set.of(Scope.READ)));
  }

  @Test
  void a_token_with_an_elliptic_curve_signature_is_accepted() throws JOSEException {
    issuer.use(new ECKeyGenerator(Curve.P_256).keyID("ec").generate());

    assertThat(callerOf(issuer.token(JWSAlgorithm.ES256, claims().build())).subject())
        .isEqualTo("shop");
  }

  @Test
  void scopes_are_read_from_either_claim_and_foreign_ones_left_out() {
    JWTClaimsSet both =
        claims()
            .claim("scope", "openid payments:write  email")
            .claim("scp", List.of("payments:refund", "payments:everything"))
            .build();
    assertThat(callerOf(issuer.token(JWSAlgorithm.RS256, both)).scopes())
        .containsExactlyInAnyOrder(Scope.WRITE, Scope.REFUND);

    JWTClaimsSet none = claims().claim("scope", null).build();
    assertThat(callerOf(issuer.token(JWSAlgorithm.RS256, none)).scopes()).isEmpty();

    JWTClaimsSet odd = claims().claim("scope", 7).claim("scp", List.of(1, 2)).build();
    assertThat(callerOf(issuer.token(JWSAlgorithm.RS256, odd)).scopes()).isEmpty();
  }

  @Test
  void a_call_without_a_token_is_challenged() {
    ProblemException problem =
        assertProblem(() -> authentication.caller(null), ProblemType.UNAUTHORIZED);

    assertThat(problem.headers()).containsEntry("WWW-Authenticate", "Bearer realm=\"payments\"");
    assertThat(issuer.fetches()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Bearer", "Bearer ", "Basic dTpw", "Bearer not.a.token", "Bearer a b", "x"})
  void what_is_no_bearer_token_is_refused(String authorization) {
    ProblemException problem =
        assertProblem(() -> authentication.caller(authorization), ProblemType.UNAUTHORIZED);

    assertThat(problem.headers().get("WWW-Authenticate")).contains("error=\"invalid_token\"");
  }

  @ParameterizedTest
  @CsvSource({
    "iss, https://other.example",
    "iss,",
    "aud, other",
    "aud,",
    "sub,",
    "sub, ' '",
    "exp,"
  })
  void a_claim_that_is_wrong_or_missing_is_refused(String claim, String value) {
    assertRefused(issuer.token(JWSAlgorithm.RS256, claims().claim(claim, value).build()));
  }

  @Test
  void one_of_several_audiences_is_enough() {
    JWTClaimsSet several = claims().audience(List.of("other", TokenIssuer.AUDIENCE)).build();

    assertThat(callerOf(issuer.token(JWSAlgorithm.RS256, several)).subject()).isEqualTo("shop");
  }

  @Test
  void clocks_may_differ_by_less_than_a_minute() {
    Instant now = Instant.now();
    JWTClaimsSet justExpired = claims().expirationTime(Date.from(now.minusSeconds(10))).build();
    JWTClaimsSet almostValid = claims().notBeforeTime(Date.from(now.plusSeconds(10))).build();
    assertThat(callerOf(issuer.token(JWSAlgorithm.RS256, justExpired))).isNotNull();
    assertThat(callerOf(issuer.token(JWSAlgorithm.RS256, almostValid))).isNotNull();

    JWTClaimsSet expired = claims().expirationTime(Date.from(now.minusSeconds(61))).build();
    JWTClaimsSet notYetValid = claims().notBeforeTime(Date.from(now.plusSeconds(61))).build();
    assertRefused(issuer.token(JWSAlgorithm.RS256, expired));
    assertRefused(issuer.token(JWSAlgorithm.RS256, notYetValid));
  }

  @Test
  void an_unsigned_token_is_refused() {
    assertRefused(new PlainJWT(claims().build()).serialize());
  }

  @Test
  void a_token_signed_with_the_public_key_as_a_shared_secret_is_refused() throws JOSEException {
    JWK key = issuer.key();
    SignedJWT swapped =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID()).build(),
            claims().build());
    swapped.sign(new MACSigner(key.toRSAKey().toRSAPublicKey().getEncoded()));

    assertRefused(swapped.serialize());
  }

  @Test
  void a_shared_secret_is_refused_even_when_the_issuer_publishes_it() throws JOSEException {
    issuer.use(new OctetSequenceKeyGenerator(256).keyID("hs").generate());

    assertRefused(issuer.token(JWSAlgorithm.HS256, claims().build()));
  }

  @Test
  void a_token_that_brings_its_own_key_is_refused() throws JOSEException {
    JWK forged = new RSAKeyGenerator(2048).keyID(issuer.key().getKeyID()).generate();
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .keyID(forged.getKeyID())
            .jwk(forged.toPublicJWK())
            .build();
    SignedJWT token = new SignedJWT(header, claims().build());
    token.sign(new RSASSASigner(forged.toRSAKey()));

    assertRefused(token.serialize());
  }

  @Test
  void a_token_of_another_type_is_refused() throws JOSEException {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .keyID(issuer.key().getKeyID())
            .type(new JOSEObjectType("dpop+jwt"))
            .build();
    SignedJWT token = new SignedJWT(header, claims().build());
    token.sign(new RSASSASigner(issuer.key().toRSAKey()));

    assertRefused(token.serialize());
  }

  @Test
  void keys_are_fetched_once_for_many_calls() {
    String bearer = issuer.bearer("shop", "payments:read");
    for (int i = 0; i < 20; i++) {
      authentication.caller(bearer);
    }

    assertThat(issuer.fetches()).isEqualTo(1);
  }

  @Test
  void a_rotated_key_is_found_at_once_and_the_old_one_is_forgotten() {
    String old = issuer.bearer("shop", "payments:read");
    authentication.caller(old);
    issuer.rotate();

    assertThat(authentication.caller(issuer.bearer("shop", "payments:read"))).isNotNull();
    assertProblem(() -> authentication.caller(old), ProblemType.UNAUTHORIZED);
  }

  @Test
  void tokens_with_unknown_keys_do_not_flood_the_issuer() {
    authentication.caller(issuer.bearer("shop", "payments:read"));
    String known = issuer.bearer("shop", "payments:read");
    JWK published = issuer.key();
    issuer.rotate();
    String unknown = issuer.bearer("shop", "payments:read");
    issuer.use(published);

    for (int i = 0; i < 20; i++) {
      assertProblem(() -> authentication.caller(unknown), ProblemType.UNAUTHORIZED);
    }
    assertThat(issuer.fetches()).isLessThanOrEqualTo(3);
    assertThat(authentication.caller(known)).isNotNull();
  }

  @Test
  void without_the_issuers_keys_nobody_is_called_unauthorized() {
    issuer.fail(true);
    String bearer = issuer.bearer("shop", "payments:read");

    for (int i = 0; i < 5; i++) {
      ProblemException problem =
          assertProblem(() -> authentication.caller(bearer), ProblemType.UNAVAILABLE);
      assertThat(problem.headers()).containsKey("Retry-After");
    }
  }

  @Test
  void known_keys_outlive_an_outage_of_the_issuer() {
    String bearer = issuer.bearer("shop", "payments:read");
    authentication.caller(bearer);
    issuer.close();

    assertThat(authentication.caller(bearer).subject()).isEqualTo("shop");
    issuer.rotate();
    String unknown = issuer.bearer("shop", "payments:read");
    for (int i = 0; i < 5; i++) {
      assertProblem(() -> authentication.caller(unknown), ProblemType.UNAVAILABLE);
    }
  }

  @Test
  void switched_off_everybody_may_do_everything() {
    try (Authentication open = Authentication.of(AuthSettings.none())) {
      assertThat(open.caller(null)).isEqualTo(new Caller("anonymous", Set.of(Scope.values())));
      assertThat(open.caller(null).ownOnly()).isFalse();
    }
  }

  @Test
  void missing_settings_are_named() {
    assertThatThrownBy(() -> new AuthSettings(AuthSettings.Mode.JWT, "http://a", " ", "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("AUTH_ISSUER is needed with AUTH_MODE jwt");
    assertThatThrownBy(() -> new AuthSettings(AuthSettings.Mode.JWT, "keys", "i", "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("AUTH_JWKS_URL");
  }
}

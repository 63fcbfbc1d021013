package io.paymentsaga.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class TokenIssuerTest {
  private static final TokenIssuer ISSUER = TokenIssuer.start();

  @AfterAll
  static void stop() {
    ISSUER.close();
  }

  @Test
  void the_operators_token_verifies_against_the_published_key() throws Exception {
    JWTClaimsSet claims = verify(ISSUER.operatorToken());

    assertThat(claims.getSubject()).isEqualTo("operator@sandbox");
    assertThat(claims.getStringClaim("scope"))
        .isEqualTo("payments:write payments:read payments:refund payments:operate");
  }

  @Test
  void the_customers_token_reaches_its_own_payments_only() throws Exception {
    JWTClaimsSet claims = verify(ISSUER.customerToken());

    assertThat(claims.getSubject()).isEqualTo("usr_7");
    assertThat(claims.getStringClaim("scope")).isEqualTo("payments:own");
  }

  @Test
  void a_token_without_scopes_has_no_scope_claim() throws Exception {
    JWTClaimsSet claims = verify(ISSUER.mint("nobody", List.of(), Duration.ofMinutes(5)));

    assertThat(claims.getClaim("scope")).isNull();
  }

  @Test
  void a_negative_lifetime_gives_an_expired_token() {
    String expired = ISSUER.mint("late", List.of("payments:read"), Duration.ofMinutes(-5));

    assertThatThrownBy(() -> verify(expired)).isInstanceOf(BadJWTException.class);
  }

  private static JWTClaimsSet verify(String token) throws Exception {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            JWSAlgorithm.RS256, JWKSourceBuilder.create(ISSUER.jwksUrl().toURL()).build()));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            TokenIssuer.AUDIENCE,
            new JWTClaimsSet.Builder().issuer(ISSUER.issuer()).build(),
            Set.of("sub", "iat", "exp", "jti")));
    return processor.process(token, null);
  }
}

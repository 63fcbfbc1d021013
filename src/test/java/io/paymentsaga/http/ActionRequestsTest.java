package io.paymentsaga.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ActionRequestsTest {
  private final ActionRequests requests = new ActionRequests();

  @Test
  void a_refund_may_say_how_much_and_why() {
    RefundRequest refund =
        requests.refund(
            Requests.json(
                "{\"amount\":5,\"reason\":\"requested_by_customer\",\"note\":\"two\\nlines\"}"));

    assertThat(refund)
        .isEqualTo(new RefundRequest(5L, RefundRequest.Reason.REQUESTED_BY_CUSTOMER, "two\nlines"));
  }

  @Test
  void a_refund_and_a_cancellation_need_no_body() {
    assertThat(requests.refund(Requests.empty())).isEqualTo(new RefundRequest(null, null, null));
    assertThat(requests.refund(Requests.json("{}"))).isEqualTo(new RefundRequest(null, null, null));
    assertThat(requests.cancel(Requests.empty())).isEqualTo(new CancelRequest(null));
  }

  @Test
  void faults_of_a_refund_are_named() {
    assertThat(
            Requests.faults(
                () ->
                    requests.refund(
                        Requests.json(
                            "{\"amount\":0,\"reason\":\"because\",\"note\":\"%s\",\"amuont\":1}"
                                .formatted("n".repeat(501))))))
        .containsExactlyInAnyOrder(
            "/amount out-of-range",
            "/reason invalid-value",
            "/note too-long",
            "/amuont unknown-field");
  }

  @Test
  void a_body_that_is_there_must_be_json() {
    assertThat(
            Requests.problem(
                    () -> requests.cancel(Requests.withBody("text/plain", new byte[] {'x'})))
                .type())
        .isEqualTo(ProblemType.UNSUPPORTED_MEDIA_TYPE);
    assertThat(Requests.faults(() -> requests.cancel(Requests.json("{\"reason\":\" \\n\"}"))))
        .containsExactly("/reason invalid-characters");
  }

  @Test
  void an_operator_gives_a_reason_and_to_resolve_an_outcome() {
    assertThat(requests.operate(Requests.json("{\"reason\":\"checked at Stripe\"}")))
        .isEqualTo(new OperatorRequest("checked at Stripe", null));
    assertThat(
            requests.resolve(
                Requests.json("{\"reason\":\"paid by hand\",\"outcome\":\"COMPLETED\"}")))
        .isEqualTo(new OperatorRequest("paid by hand", OperatorRequest.Outcome.COMPLETED));

    assertThat(Requests.faults(() -> requests.operate(Requests.json("{}"))))
        .containsExactly("/reason required");
    assertThat(
            Requests.faults(
                () ->
                    requests.operate(
                        Requests.json("{\"reason\":\"r\",\"outcome\":\"COMPLETED\"}"))))
        .containsExactly("/outcome unknown-field");
    assertThat(Requests.faults(() -> requests.resolve(Requests.json("{\"outcome\":\"FAILED\"}"))))
        .containsExactlyInAnyOrder("/reason required", "/outcome invalid-value");
  }
}

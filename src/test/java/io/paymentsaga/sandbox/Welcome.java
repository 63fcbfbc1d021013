package io.paymentsaga.sandbox;

import java.time.Duration;

/** What the sandbox says once it is ready. */
record Welcome(Endpoints endpoints, Duration startTime) {

  String text() {
    return """

        The sandbox is ready after %1$.1f s.

          service       %2$s
          participants  %3$s
          Stripe        %4$s (simulated)
          PostgreSQL    %5$s as %6$s
          Kafka         %7$s
          all of it     target/sandbox/endpoints.json, with tokens

        Open a checkout, then pay at the checkoutUrl it answers with:

        curl -sS %2$s/api/v1/payments/checkout-session \\
          -H 'Authorization: Bearer %8$s' \\
          -H 'Content-Type: application/json' \\
          -d '{"orderId":"ord_1001","userId":"usr_7","customerEmail":"ada@example.com","currency":"USD","items":[{"productId":"sku-1","productName":"Mug","quantity":2,"unitAmount":1250}]}'

          4242 4242 4242 4242  pays                4000 0025 0000 3155  asks for 3-D Secure
          4000 0000 0000 0002  is declined         4000 0000 0000 0259  is disputed later
          4000 0000 0000 9995  has too little      4000 0000 0000 5126  fails its refund later

        Watch the events:

        java -cp "target/test-classes:$(cat target/test-classpath.txt)" io.paymentsaga.sandbox.EventTail

        Ctrl-C stops and removes everything.
        """
        .formatted(
            startTime.toMillis() / 1000.0,
            endpoints.http(),
            endpoints.participants(),
            endpoints.stripe(),
            endpoints.database(),
            endpoints.databaseUser(),
            endpoints.kafka(),
            endpoints.operatorToken());
  }
}

package io.paymentsaga.fault;

import io.paymentsaga.sandbox.stripe.ApiFault;
import io.paymentsaga.sandbox.stripe.Mischief;
import io.paymentsaga.sandbox.stripe.WebhookFaults;
import java.time.Duration;
import java.util.Random;

/** What goes wrong between Stripe and the service while its instances are killed. */
enum Weather {
  CALM {
    @Override
    void over(Mischief mischief) {}
  },
  WEBHOOKS_TWICE_AND_REVERSED {
    @Override
    void over(Mischief mischief) {
      mischief.onWebhooks(WebhookFaults.NONE.copying(2).reversing());
    }
  },
  WEBHOOKS_LATE {
    @Override
    void over(Mischief mischief) {
      mischief.onWebhooks(WebhookFaults.NONE.delaying(Duration.ofSeconds(2)));
    }
  },
  WEBHOOKS_LOST {
    @Override
    void over(Mischief mischief) {
      mischief.onWebhooks(WebhookFaults.NONE.losing());
    }
  },
  ANSWERS_LOST {
    @Override
    void over(Mischief mischief) {
      mischief.inject(ApiFault.closeAfterActing().onCalls("POST .*").times(A_FEW));
    }
  },
  ANSWERS_SLOW {
    @Override
    void over(Mischief mischief) {
      mischief.inject(ApiFault.delayAnswer(Duration.ofSeconds(1)).times(A_FEW));
    }
  },
  FAILURES_AFTER_THE_DEED {
    @Override
    void over(Mischief mischief) {
      mischief.inject(ApiFault.failAfterActing(503).notRemembered().times(A_FEW));
    }
  },
  TOO_MANY_REQUESTS {
    @Override
    void over(Mischief mischief) {
      mischief.inject(ApiFault.rateLimited(Duration.ofSeconds(1)).times(A_FEW));
    }
  };

  private static final int A_FEW = 10;

  /** Takes the place of whatever went wrong before. */
  final void replace(Mischief mischief) {
    mischief.behave();
    over(mischief);
  }

  abstract void over(Mischief mischief);

  static Weather any(Random random) {
    return values()[random.nextInt(values().length)];
  }
}

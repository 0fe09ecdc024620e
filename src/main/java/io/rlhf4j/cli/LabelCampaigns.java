package io.rlhf4j.cli;

import io.rlhf4j.data.InputException;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.web.Stores;

/** Campaigns by the names that people type. */
final class LabelCampaigns {
  private LabelCampaigns() {}

  static Campaign require(Stores stores, String name) {
    Campaign campaign = stores.campaigns().byName(name);
    if (campaign == null) {
      throw new InputException(
          "there is no campaign '%s'; the campaigns are %s"
              .formatted(name, stores.campaigns().all().stream().map(Campaign::name).toList()));
    }
    return campaign;
  }
}

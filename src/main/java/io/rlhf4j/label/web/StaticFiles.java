package io.rlhf4j.label.web;

/** Sends scripts and styles. */
final class StaticFiles {
  private final Assets assets = new Assets();

  void send(Exchange exchange) {
    Assets.Asset asset = assets.find(exchange.path("version"), exchange.path("name"));
    if (asset == null) {
      throw Refusal.notFound("file");
    }
    exchange
        .context()
        .contentType(asset.type())
        .header("Cache-Control", "public, max-age=31536000, immutable")
        .result(asset.bytes());
  }
}

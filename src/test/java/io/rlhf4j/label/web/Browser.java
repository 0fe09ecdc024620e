package io.rlhf4j.label.web;

import io.rlhf4j.label.Person;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A client that holds its cookie and its CSRF token, or loses them when a test wants it to. */
record Browser(HttpClient client, String url, String cookie, @Nullable String csrf) {
  /** Somebody signed in. */
  static Browser of(LabelServer server, Person person) {
    String cookie = server.signIn(person);
    String token = cookie.substring(cookie.indexOf('=') + 1);
    var session = java.util.Objects.requireNonNull(server.stores().sessions().find(token));
    return new Browser(newClient(), server.url(), cookie, session.csrf());
  }

  /** Somebody who has never been here. */
  static Browser stranger(LabelServer server) {
    return new Browser(newClient(), server.url(), "", null);
  }

  private static HttpClient newClient() {
    return HttpClient.newBuilder()
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(Duration.ofSeconds(10))
        .build();
  }

  Browser withoutCsrf() {
    return new Browser(client, url, cookie, null);
  }

  Browser withCsrf(String other) {
    return new Browser(client, url, cookie, other);
  }

  HttpResponse<String> get(String path) {
    return send("GET", path, "text/html", new byte[0], null);
  }

  HttpResponse<String> json(String method, String path, String body) {
    return send(
        method,
        path,
        "application/json",
        body.getBytes(StandardCharsets.UTF_8),
        "application/json");
  }

  HttpResponse<String> form(String path, byte[] body) {
    return send("POST", path, "text/html", body, "application/x-www-form-urlencoded");
  }

  HttpResponse<String> send(
      String method, String path, String accept, byte[] body, @Nullable String type) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Accept", accept)
            .timeout(Duration.ofSeconds(60))
            .method(
                method,
                body.length == 0 && method.equals("GET")
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    if (!cookie.isEmpty()) {
      request.header("Cookie", cookie);
    }
    if (type != null) {
      request.header("Content-Type", type);
    }
    String token = csrf;
    if (token != null) {
      request.header("X-CSRF-Token", token);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

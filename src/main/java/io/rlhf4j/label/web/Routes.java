package io.rlhf4j.label.web;

import java.util.ArrayList;
import java.util.List;

/** The table of routes: every address of the app with those who may use it. */
final class Routes {
  private Routes() {}

  static List<Route> table(Stores stores, LabelServer.Options options) {
    List<Route> routes = new ArrayList<>();
    routes.add(Route.get("/static/{version}/{name}", Access.PUBLIC, new StaticFiles()::send));
    routes.addAll(new AccountPages(stores).routes());
    routes.addAll(new HomePages(stores).routes());
    routes.addAll(new WorkPages(stores).routes());
    return List.copyOf(routes);
  }
}

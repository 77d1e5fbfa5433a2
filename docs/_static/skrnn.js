// What the theme leaves out for screen readers and for readers without a mouse.
document.addEventListener("DOMContentLoaded", () => {
  for (const summary of document.querySelectorAll(".bd-sidebar-primary summary")) {
    const link = summary.closest("li").querySelector("a");
    summary.setAttribute("aria-label", `Pages under ${link.textContent.trim()}`);
  }
  for (const button of document.querySelectorAll(".search-button-field")) {
    if (button.textContent.includes("Ctrl")) button.setAttribute("aria-label", "Search Ctrl+K");
  }
  for (const image of document.querySelectorAll("img.sphx-glr-single-img")) {
    const frame = document.createElement("div");
    frame.className = "wide-picture";
    image.replaceWith(frame);
    frame.append(image);
  }
  for (const card of document.querySelectorAll(".sphx-glr-thumbcontainer")) {
    const link = card.querySelector("a");
    if (link) link.setAttribute("aria-label", link.textContent.trim());
  }
  for (const list of document.querySelectorAll(".citation-list")) list.removeAttribute("role");
  const mayScroll = ".bd-article figure, .wide-picture, div.equation";
  for (const figure of document.querySelectorAll(mayScroll)) {
    if (figure.scrollWidth > figure.clientWidth) figure.tabIndex = 0;
  }
});

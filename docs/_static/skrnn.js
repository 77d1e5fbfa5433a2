// What the theme leaves out for screen readers and for readers without a mouse.
document.addEventListener("DOMContentLoaded", () => {
  for (const summary of document.querySelectorAll(".bd-sidebar-primary summary")) {
    const link = summary.closest("li").querySelector("a");
    summary.setAttribute("aria-label", `Pages under ${link.textContent.trim()}`);
  }
  for (const button of document.querySelectorAll(".search-button-field")) {
    if (button.textContent.includes("Ctrl")) button.setAttribute("aria-label", "Search Ctrl+K");
  }
  for (const figure of document.querySelectorAll("figure.drawing, div.equation")) {
    if (figure.scrollWidth > figure.clientWidth) figure.tabIndex = 0;
  }
});

"""Charts as inline SVG: drawn here, coloured by the page's style sheet."""

import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { loadFolderTitle } from "./app/folder-title.ts";
import { followHistory } from "./app/router.ts";
import "./theme/tokens.css";
import "./theme/base.css";
import "./editor/code.css";

followHistory();
void loadFolderTitle();
const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);

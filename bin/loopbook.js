#!/usr/bin/env node
import "./launcher.cjs";

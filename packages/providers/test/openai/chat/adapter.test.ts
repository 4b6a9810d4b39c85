import { describeConformance } from "../../conformance.ts";

describeConformance("chat");

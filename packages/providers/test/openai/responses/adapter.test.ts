import { describeConformance } from "../../conformance.ts";

describeConformance("responses");

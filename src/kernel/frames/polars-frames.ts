/** How pages of a polars frame are taken: the part of the kernel's program (`frame-program.ts`) that knows polars. */
export const POLARS_FRAMES = `

class PolarsFrame:
    library = "polars"

    def __init__(self, value, polars):
        self.value, self.pl = value, polars

    def shape(self):
        return self.value.shape

    def kind(self, dtype):
        if dtype == self.pl.Boolean:
            return "bool"
        if dtype.is_numeric():
            return "number"
        if dtype == self.pl.Duration:
            return "duration"
        return "time" if dtype.is_temporal() else "text"

    def header(self, at):
        dtype = self.value.dtypes[at]
        return {"labels": [cut(self.value.columns[at])], "dtype": str(dtype), "kind": self.kind(dtype)}

    def column_names(self):
        return [""]

    def index_header(self):
        return []

    def rows(self, mask):
        if mask is None:
            return self.pl.arange(0, self.value.height, eager=True)
        return mask.fill_null(False).arg_true()

    def sorted(self, rows, at, descending):
        values = self.value.to_series(at).gather(rows)
        order = self.pl.DataFrame({"v": values}).with_row_index("i").sort("v", descending=descending, nulls_last=True, maintain_order=True)
        return rows.gather(order["i"])

    def holds(self, search, until):
        mask = None
        for at in range(self.value.width):
            found = self.text_holds(self.value.to_series(at), search)
            mask = found if mask is None else mask | found
            in_time(until)
        return mask

    def text_values(self, values):
        try:
            return values.cast(self.pl.String)
        except Exception:
            return self.pl.Series([str(value) for value in values])

    def text_holds(self, values, text):
        return self.text_values(values).str.to_lowercase().str.contains(text.lower(), literal=True).fill_null(False)

    def passes(self, one):
        values, op, low, high = self.value.to_series(one["column"]), one["op"], one["value"], one["to"]
        if op in ("missing", "present"):
            return values.is_null() if op == "missing" else values.is_not_null()
        kind = self.kind(values.dtype)
        if op == "contains":
            return self.text_holds(values, low)
        try:
            if kind == "number":
                low, high = (None if text is None else number_of(text) for text in (low, high))
            elif values.dtype in (self.pl.Date, self.pl.Datetime):
                read = datetime.date if values.dtype == self.pl.Date else datetime.datetime
                low, high = (None if text is None else read.fromisoformat(text) for text in (low, high))
                zone = getattr(values.dtype, "time_zone", None)
                values = values.dt.replace_time_zone(None) if zone else values
            else:
                values = self.text_values(values)
                low = low.lower() if kind == "bool" else low
        except (ValueError, TypeError):
            raise Refused("value") from None
        return compared(values, op, low, high)

    def cells(self, picked, first, last):
        if isinstance(picked, range):
            part = self.value.slice(picked.start, len(picked))
        else:
            part = self.value[picked]
        columns = [self.texts(part.to_series(at), at) for at in range(first, last)]
        return [list(row) for row in zip(*columns)]

    def texts(self, values, at):
        if values.dtype not in (self.pl.Float32, self.pl.Float64):
            return ["null" if value is None else cut(value) for value in values.to_list()]
        decimals = known_decimals(self.value, at)
        if decimals is None:
            whole = self.value.to_series(at)
            sample = whole.gather_every(max(1, len(whole) // 1000)).head(1000).drop_nulls().to_list()
            decimals = keep_decimals(self.value, at, Decimals(sample, 6))
        return ["null" if value is None else decimals.text(value) for value in values.to_list()]

    def text(self, picked, separator, header):
        part = self.value.slice(picked.start, len(picked)) if isinstance(picked, range) else self.value[picked]
        return part.write_csv(separator=separator, include_header=header)
`;

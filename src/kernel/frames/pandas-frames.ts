/** How pages of a pandas frame are taken: the part of the kernel's program (`frame-program.ts`) that knows pandas. */
export const PANDAS_FRAMES = `
class PandasFrame:
    library = "pandas"

    def __init__(self, value, pandas):
        self.value, self.pd = value, pandas

    def shape(self):
        return self.value.shape

    def series(self, at):
        """A column by its place; below zero, a level of the index: -1 is the first."""
        if at >= 0:
            return self.value.iloc[:, at].reset_index(drop=True)
        return self.value.index.get_level_values(-at - 1).to_series().reset_index(drop=True)

    def kind(self, dtype):
        types = self.pd.api.types
        if types.is_bool_dtype(dtype):
            return "bool"
        if types.is_numeric_dtype(dtype):
            return "number"
        if types.is_datetime64_any_dtype(dtype):
            return "time"
        return "duration" if types.is_timedelta64_dtype(dtype) else "text"

    def header(self, at):
        label = self.value.columns[at]
        dtype = self.value.dtypes.iloc[at]
        labels = list(label) if isinstance(label, tuple) and self.value.columns.nlevels > 1 else [label]
        return {"labels": [cut(one) for one in labels], "dtype": str(dtype), "kind": self.kind(dtype)}

    def column_names(self):
        return ["" if name is None else cut(name) for name in self.value.columns.names]

    def index_header(self):
        index = self.value.index
        levels = [index.get_level_values(at).dtype for at in range(index.nlevels)]
        return [
            {"labels": ["" if name is None else cut(name)], "dtype": str(dtype), "kind": self.kind(dtype)}
            for name, dtype in zip(index.names, levels)
        ]

    def rows(self, mask):
        import numpy

        if mask is None:
            return numpy.arange(len(self.value))
        return numpy.flatnonzero(self.pd.Series(mask).fillna(False).to_numpy(dtype=bool))

    def sorted(self, rows, at, descending):
        values = self.series(at).iloc[rows].reset_index(drop=True)
        options = {"ascending": not descending, "kind": "stable", "na_position": "last"}
        try:
            order = values.sort_values(**options)
        except TypeError:
            order = values.astype(str).sort_values(**options)
        return rows[order.index.to_numpy()]

    def holds(self, search, until):
        mask = None
        for at in [*range(-self.value.index.nlevels, 0), *range(self.value.shape[1])]:
            found = self.text_holds(self.series(at), search)
            mask = found if mask is None else mask | found
            in_time(until)
        return mask

    def text_holds(self, values, text):
        return values.astype(str).str.contains(text, case=False, regex=False).fillna(False).astype(bool)

    def passes(self, one):
        values, op, low, high = self.series(one["column"]), one["op"], one["value"], one["to"]
        if op in ("missing", "present"):
            return values.isna() if op == "missing" else values.notna()
        kind = self.kind(values.dtype)
        if op == "contains":
            return self.text_holds(values, low)
        try:
            low, high = (None if text is None else self.read(kind, values.dtype, text) for text in (low, high))
        except (ValueError, TypeError):
            raise Refused("value") from None
        if kind in ("text", "bool"):
            values = values.astype(str)
        return compared(values, op, low, high)

    def read(self, kind, dtype, text):
        if kind == "number":
            return number_of(text)
        if kind == "duration":
            return self.pd.Timedelta(text)
        if kind != "time":
            return text.capitalize() if kind == "bool" else text
        moment, zone = self.pd.Timestamp(text), getattr(dtype, "tz", None)
        return moment.tz_localize(zone) if zone is not None and moment.tzinfo is None else moment

    def decimals(self, at):
        known = known_decimals(self.value, at)
        if known is not None:
            return known
        values = self.series(at)
        sample = values.iloc[:: max(1, len(values) // 1000)].head(1000)
        numbers = sample.to_numpy(dtype=float, na_value=float("nan")).tolist()
        precision, written = (self.pd.get_option(f"display.{name}") for name in ("precision", "float_format"))
        return keep_decimals(self.value, at, Decimals(numbers, precision, written if callable(written) else None))

    def cells(self, picked, first, last):
        rows = list(picked)
        part = self.value.iloc[rows[0] : rows[-1] + 1] if isinstance(picked, range) and rows else self.value.iloc[rows]
        levels = [part.index.get_level_values(at) for at in range(part.index.nlevels)]
        columns = [[cut(value) for value in level.tolist()] for level in levels]
        for at in range(first, last):
            columns.append(self.texts(part.iloc[:, at], at))
        return [list(row) for row in zip(*columns)]

    def texts(self, values, at):
        if values.dtype.kind == "f" and self.kind(values.dtype) == "number":
            decimals = self.decimals(at)
            return ["<NA>" if value is self.pd.NA else decimals.text(float(value)) for value in values.tolist()]
        if self.kind(values.dtype) == "time":
            return [cut(text) for text in values.astype(str).tolist()]
        return [cut(value) for value in values.tolist()]

    def text(self, picked, separator, header):
        rows = list(picked)
        index = self.value.index
        is_plain = isinstance(index, self.pd.RangeIndex) and index.name is None
        return self.value.iloc[rows].to_csv(sep=separator, header=header, index=not is_plain)
`;

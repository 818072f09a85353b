namespace LeVo.Samples.Compose;

/// <summary>Results on one stream, messages on the other, and below them a progress line. Thread-safe.</summary>
/// <param name="output">Receives results.</param>
/// <param name="error">Receives messages and the changing line.</param>
/// <param name="width">Columns of the screen; null where the messages go to a file.</param>
internal sealed class Terminal(TextWriter output, TextWriter error, Func<int>? width = null)
{
    private readonly Lock gate = new();
    private int shown; // columns that the changing line takes

    /// <summary>The process's own streams.</summary>
    public static Terminal OfProcess() =>
        new(Console.Out, Console.Error, Console.IsErrorRedirected ? null : () => Console.WindowWidth);

    /// <summary>Whether a line can change in place.</summary>
    public bool IsLive => width is not null;

    public void WriteResult(string text) => Write(output, text);

    public void WriteMessage(string text) => Write(error, text);

    /// <summary>Shows a line in place of the last one; where lines stay, adds it.</summary>
    public void Show(string line)
    {
        if (width is null)
        {
            WriteMessage(line);
            return;
        }
        lock (gate)
        {
            int columns = width() is > 1 and var known ? known - 1 : 79; // a full line would wrap
            if (line.Length > columns)
                line = line[..columns];
            error.Write('\r' + line.PadRight(Math.Min(shown, columns)));
            error.Flush();
            shown = line.Length;
        }
    }

    /// <summary>Removes the changing line.</summary>
    public void Clear()
    {
        lock (gate)
        {
            if (shown == 0)
                return;
            error.Write('\r' + new string(' ', shown) + '\r');
            error.Flush();
            shown = 0;
        }
    }

    private void Write(TextWriter stream, string text)
    {
        lock (gate)
        {
            Clear();
            stream.WriteLine(text);
            stream.Flush();
        }
    }
}

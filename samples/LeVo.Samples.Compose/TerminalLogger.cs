using Microsoft.Extensions.Logging;

namespace LeVo.Samples.Compose;

/// <summary>Log lines of the libraries as messages above the progress line.</summary>
internal sealed class TerminalLogger(Terminal terminal) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            terminal.WriteMessage($"{Arguments.Name(logLevel)}: {formatter(state, exception)}");
    }

    public void Dispose()
    {
    }
}

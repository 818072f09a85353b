namespace LeVo.Core.Model;

/// <summary>
/// The exception thrown when a model's files are missing, incomplete or have unexpected shapes. The message lists all
/// problems.
/// </summary>
public sealed class ModelLoadException : Exception
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="what">The file or model that could not be loaded.</param>
    /// <param name="problems">All problems, one line each.</param>
    /// <param name="innerException">The exception that caused this one, or null.</param>
    public ModelLoadException(string what, IReadOnlyList<string> problems, Exception? innerException = null)
        : base($"{what} can't be loaded:{Environment.NewLine}{string.Join(Environment.NewLine, problems.Select(p => "  - " + p))}",
            innerException) => Problems = problems;

    /// <summary>All problems, one line each.</summary>
    public IReadOnlyList<string> Problems { get; }
}

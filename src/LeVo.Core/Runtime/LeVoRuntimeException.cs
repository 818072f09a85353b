namespace LeVo.Core.Runtime;

/// <summary>TorchSharp's native libraries are missing or can't be loaded.</summary>
public sealed class LeVoRuntimeException : Exception
{
    /// <summary>Initializes the exception with a message that states the cause and how to fix it.</summary>
    /// <param name="message">The cause and how to fix it.</param>
    /// <param name="innerException">The exception that caused this one, or null.</param>
    public LeVoRuntimeException(string message, Exception? innerException = null) : base(message, innerException) { }
}

namespace LeVo.Core.Runtime;

/// <summary>TorchSharp's native libraries are missing or can't be loaded.</summary>
public sealed class LeVoRuntimeException : Exception
{
    /// <summary>Creates the exception with what is missing and how to mend it.</summary>
    public LeVoRuntimeException(string message, Exception? innerException = null) : base(message, innerException) { }
}

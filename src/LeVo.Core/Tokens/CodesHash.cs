using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LeVo.Core.Tokens;

/// <summary>A hash of codes.</summary>
internal static class CodesHash
{
    /// <summary>SHA-256 of the codes <c>[3, frames]</c> as 32-bit integers, in lower-case hexadecimal digits.</summary>
    public static string Of(SongTokens codes) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(codes.Codes)));
}

# Everything comes from Debian 12's packages; scripts/install-packages names them.
find_package(Boost 1.81 REQUIRED CONFIG COMPONENTS headers url)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto SSL)
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(lmdb REQUIRED IMPORTED_TARGET lmdb)
# hiredis's own CMake file is broken in Debian 12.
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)

find_program(SESSGATE_CCACHE ccache)
if(SESSGATE_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${SESSGATE_CCACHE}")
endif()
